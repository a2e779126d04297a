export { botIdOf } from './botId.ts';
export { correlationId, withCorrelation } from './correlation.ts';
export { type DatabaseMetrics, observeDatabase } from './databaseMetrics.ts';
export { EnvironmentError, type EnvironmentProblem, parseEnvironment } from './environment.ts';
export {
  httpUrl,
  logFormat,
  logLevel,
  milliseconds,
  port,
  positiveInteger,
  postgresUrl,
  queueUrl,
  telegramToken,
  webhookSecret,
} from './fields.ts';
export { type Heartbeat, makeHeartbeat } from './heartbeat.ts';
export { type Lifecycle, type LifecycleOptions, makeLifecycle } from './lifecycle.ts';
export { type LogFields, type Logger, type LoggerOptions, makeLogger } from './logger.ts';
export { type ModelProvider, modelProviders, openAiKey } from './modelProviders.ts';
export { type OpenedService, openService, type ServiceOptions } from './openService.ts';
export {
  type Health,
  type OpsServer,
  type OpsServerOptions,
  readiness,
  startOpsServer,
} from './opsServer.ts';
export { makeRedact } from './redact.ts';
export { makeRegistry, ServiceRegistry, startAtZero } from './registry.ts';
export { runService } from './runService.ts';
export { startTracing } from './startTracing.ts';
export { deliverySubject, type Subject, updateSubject } from './traceIds.ts';
export {
  type Describe,
  type EndedSpan,
  type SpanAttributes,
  type SpanDetails,
  type Tracing,
  type TracingOptions,
  untraced,
} from './tracing.ts';
export { type TracingEnvironment, tracingFields, tracingSecrets } from './tracingFields.ts';
export { versionOf } from './version.ts';
