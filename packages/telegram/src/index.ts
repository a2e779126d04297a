export {
  makeTelegramClient,
  type OutgoingMessage,
  type RawUpdate,
  type TelegramClient,
  type TelegramClientOptions,
} from './client.ts';
export {
  BadRequest,
  ChatBlocked,
  MessageGone,
  type RequestOutcome,
  TelegramError,
  TelegramUnavailable,
  TooManyRequests,
  Unauthorized,
} from './errors.ts';
export { countRequests } from './metrics.ts';
export { traceRequests } from './tracing.ts';
