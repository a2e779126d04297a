// Loaded before a service: when the process that started it is gone, the service stops as if it had been told to.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
