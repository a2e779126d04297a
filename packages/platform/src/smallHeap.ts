import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the process small: a service lives on tens of megabytes, but V8 lets its heap grow with the memory of the
 * machine before it collects, to several times that under load. Flags rather than `--max-old-space-size`, so that
 * it holds however the service is started and a real need can still be met: the old generation may grow by a quarter
 * between collections instead of up to fourfold, the young one stays as large as it is.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=25');
  setFlagsFromString('--semi-space-growth-factor=1');
}
