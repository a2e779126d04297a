/**
 * Loaded before the program of an image. Node is process 1 in a container, for which the kernel ignores signals that it
 * does not listen for: without this, one that comes while a service is still loading its modules, or to a program that
 * never listens, has no effect until the platform kills. Once the program listens itself, this stands aside.
 */
const CODES = { SIGINT: 130, SIGTERM: 143 };

for (const [signal, code] of Object.entries(CODES)) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(code);
  });
}
