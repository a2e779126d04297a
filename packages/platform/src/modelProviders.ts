import { z } from 'zod';

/** An endpoint that speaks OpenAI's chat completions. */
export interface ModelProvider {
  /** Unique; a label of metrics, and stored with what the provider wrote. */
  readonly name: string;
  /** Up to and including the version: `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
  /** The longest that one request may take. */
  readonly timeoutMs: number;
}

const OPENAI: Omit<ModelProvider, 'apiKey'> = {
  name: 'openai',
  baseUrl: 'https://api.openai.com/v1',
  model: 'gpt-5-mini',
  timeoutMs: 30_000,
};

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

const label = z
  .string('must be text')
  .regex(
    /^[a-z\d][a-z\d_.-]{0,39}$/,
    'must be 1 to 40 of a-z, 0-9, _, . and -, and begin with a letter or digit',
  );
const words = z
  .string('must be text')
  .trim()
  .min(1, 'must not be empty')
  .max(500, 'must be at most 500 characters');

const provider = z.strictObject(
  {
    name: label,
    baseUrl: z
      .string('must be text')
      .refine(
        isSafeAddress,
        'must be an https:// address, or http:// of this machine, without credentials and query',
      )
      .transform((address) => address.replace(/\/+$/, '')),
    apiKey: words.regex(/^[!-~]*$/, 'must be printable ASCII without spaces'),
    // Questions of the bank have this as their source.
    model: words
      .max(100, 'must be at most 100 characters')
      .refine((name) => name !== 'static', 'must not be static, which is the bank'),
    timeoutMs: z
      .int('must be a whole number from 100 to 600000')
      .min(100, 'must be a whole number from 100 to 600000')
      .max(600_000, 'must be a whole number from 100 to 600000')
      .default(OPENAI.timeoutMs),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? 'must have name, baseUrl, apiKey, model and timeoutMs only'
        : 'must be an object with name, baseUrl, apiKey, model and timeoutMs',
  },
);

/**
 * `LLM_PROVIDERS`: a JSON list of providers in order of preference, each as `ModelProvider`; without `timeoutMs` it is
 * 30 s. An issue per mistake, each naming the entry (from 1) and the field, never a value.
 */
export const modelProviders = z.string('must be a JSON list of providers').transform((value, context) => {
  const report = (message: string) => context.addIssue({ code: 'custom', message });
  const entries = parseList(value);
  if (entries === undefined) {
    report('must be a JSON list like [{"name","baseUrl","apiKey","model","timeoutMs"}]');
    return z.NEVER;
  }
  const names = new Set<string>();
  return entries.flatMap((entry, index): ModelProvider[] => {
    const parsed = provider.safeParse(entry);
    if (!parsed.success) {
      for (const { path, message } of parsed.error.issues) {
        report(`entry ${index + 1}: ${[...path.map(String), message].join(' ')}`);
      }
      return [];
    }
    if (names.has(parsed.data.name)) report(`entry ${index + 1}: name must differ from those before`);
    names.add(parsed.data.name);
    return [parsed.data];
  });
});

/** `OPENAI_API_KEY`: alone it stands for OpenAI as the only provider. */
export const openAiKey = words
  .regex(/^[!-~]*$/, 'must be printable ASCII without spaces')
  .transform((apiKey): ModelProvider[] => [{ ...OPENAI, apiKey }]);

function parseList(value: string): unknown[] | undefined {
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isSafeAddress(value: string): boolean {
  const url = URL.parse(value);
  if (url === null || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}
