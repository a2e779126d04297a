import { type Callback, encodeCallback, type LocalTime, REPORT_REASONS } from '@rung/domain';
import type { Catalogue } from './catalogue.ts';
import { clip, readable } from './html.ts';
import type { Button, ZoneChoice } from './views.ts';

const LABEL_LIMIT = 40;

/** A button with a text of the catalogue. */
export function buttonOf(catalogue: Catalogue, id: string, callback: Callback): Button {
  return { text: catalogue.plain(id), data: encodeCallback(callback) };
}

/** The row that leads to both settings of the daily question's slot. */
export function slotButtons(catalogue: Catalogue): Button[] {
  return [
    buttonOf(catalogue, 'button-timezone', { kind: 'timezones' }),
    buttonOf(catalogue, 'button-delivery-time', { kind: 'times' }),
  ];
}

/** Places, two in a row. */
export function zoneButtons(choices: readonly ZoneChoice[]): Button[][] {
  const buttons = choices.map(({ label, zone }) => ({
    text: clip(readable(label).trim(), LABEL_LIMIT) || zone,
    data: encodeCallback({ kind: 'timezone', zone }),
  }));
  return rowsOf(2, buttons);
}

/** Times of the day, three in a row. */
export function timeButtons(times: readonly LocalTime[]): Button[][] {
  const buttons = times.map((time) => ({ text: time, data: encodeCallback({ kind: 'time', time }) }));
  return rowsOf(3, buttons);
}

/** How long a pause may last. */
export function pauseButtons(catalogue: Catalogue): Button[][] {
  const lasting = ([3, 7, 14, 0] as const).map((days) =>
    buttonOf(catalogue, `button-pause-${days}`, { kind: 'pauseFor', days }),
  );
  return rowsOf(3, lasting);
}

/** The row under a question that is over. */
export function reportButton(catalogue: Catalogue, deliveryId: string): Button[] {
  return [buttonOf(catalogue, 'button-report', { kind: 'report', deliveryId, reason: null })];
}

/** What may be wrong with a question, two in a row. */
export function reasonButtons(catalogue: Catalogue, deliveryId: string): Button[][] {
  const reasons = REPORT_REASONS.map((reason) =>
    buttonOf(catalogue, `button-report-${reason}`, { kind: 'report', deliveryId, reason }),
  );
  return rowsOf(2, reasons);
}

function rowsOf(width: number, buttons: readonly Button[]): Button[][] {
  const count = Math.ceil(buttons.length / width);
  return Array.from({ length: count }, (_, row) => buttons.slice(row * width, (row + 1) * width));
}
