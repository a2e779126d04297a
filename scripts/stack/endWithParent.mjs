// Loaded before a service: when the process that started it is gone, the service stops as if it had been told to.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// Listening to the parent is no reason to live on: a service that has let go of everything ends by itself.
process.channel?.unref();
