// The baseline of `ack`: an Express route that parses the same bodies and answers, and does nothing else.
import express from 'express';

const app = express();
app.disable('x-powered-by');
app.post('/telegram/webhook', express.json({ limit: 256 * 1024 }), (_req, res) => {
  res.status(200).end();
});
app.listen(Number(process.env.PORT));

const ops = express();
ops.get('/readyz', (_req, res) => {
  res.status(200).end();
});
ops.listen(Number(process.env.OPS_PORT));
