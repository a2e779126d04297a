import { z } from 'zod';
import { httpUrl } from './fields.ts';

const listMessage = 'must be a list like name=value,name=value, with special characters as %20';
const ratioMessage = 'must be a number from 0 to 1, as 0.1 for every tenth trace';

/** `name=value,name=value` with percent-encoded values, as OpenTelemetry's own variables are written. */
const list = z.string({ error: listMessage }).transform((text, context) => {
  const entries = text.split(',').map((entry) => readEntry(entry.trim()));
  const read = entries.filter((entry) => entry !== undefined);
  if (read.length < entries.length) {
    context.addIssue({ code: 'custom', message: listMessage });
    return z.NEVER;
  }
  return Object.fromEntries(read);
});

const ratio = z
  .string({ error: ratioMessage })
  .regex(/^\d{1,3}(\.\d{1,12})?$/, { error: ratioMessage })
  .transform(Number)
  .refine((value) => value <= 1, ratioMessage)
  .default(1);

/** The variables of tracing, for the schema of each service. Their names are OpenTelemetry's. */
export const tracingFields = {
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  OTEL_EXPORTER_OTLP_HEADERS: list.optional(),
  OTEL_TRACES_SAMPLER_ARG: ratio,
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_RESOURCE_ATTRIBUTES: list.optional(),
};

/** What they come to. */
export type TracingEnvironment = z.output<z.ZodObject<typeof tracingFields>>;

/** Shorter texts are no secrets, and their letters are in many a word. */
const SHORTEST_SECRET = 8;

/** What must not be logged of them: headers carry credentials. */
export function tracingSecrets(env: TracingEnvironment): string[] {
  return Object.values(env.OTEL_EXPORTER_OTLP_HEADERS ?? {}).filter(
    (value) => value.length >= SHORTEST_SECRET,
  );
}

function readEntry(entry: string): [string, string] | undefined {
  const [, name, value] = /^([\w.*/-]+)\s*=\s*(.*)$/.exec(entry) ?? [];
  if (name === undefined || value === undefined) return undefined;
  try {
    return [name, decodeURIComponent(value)];
  } catch {
    return undefined;
  }
}
