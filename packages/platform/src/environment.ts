import type { z } from 'zod';

/** One mistake in the environment. `message` says what to do and never repeats the variable's value. */
export interface EnvironmentProblem {
  /** Name of the variable; `environment` when a rule names none. */
  readonly name: string;
  readonly message: string;
}

/** The environment is not usable. Carries all mistakes at once, so that one restart is enough to mend them. */
export class EnvironmentError extends Error {
  readonly problems: readonly EnvironmentProblem[];

  constructor(problems: readonly EnvironmentProblem[]) {
    super(problems.map(({ name, message }) => `${name} ${message}`).join('; '));
    this.name = 'EnvironmentError';
    this.problems = problems;
  }
}

/**
 * Reads the variables of `schema` out of `env`; an empty variable counts as not set. Messages of the schema should
 * begin with "must be" and say what to do. A rule across fields sees them all only when each is right by itself,
 * unless it is given a `when`. Throws EnvironmentError with every mistake.
 */
export function parseEnvironment<S extends z.ZodObject>(schema: S, env: NodeJS.ProcessEnv): z.output<S> {
  const given = Object.fromEntries(
    Object.keys(schema.shape).flatMap((name) => {
      const value = env[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
  const result = schema.safeParse(given);
  if (result.success) return result.data;

  const problems = new Map<string, EnvironmentProblem>();
  for (const issue of result.error.issues) {
    const [name = 'environment'] = issue.path.map(String);
    const isMissing = issue.code === 'invalid_type' && !(name in given);
    const message = isMissing ? `is not set: it ${issue.message}` : issue.message;
    problems.set(`${name} ${message}`, { name, message });
  }
  throw new EnvironmentError([...problems.values()]);
}
