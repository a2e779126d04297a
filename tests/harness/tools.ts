import { tools } from '../../scripts/ops/tools.ts';

/** What a command of the operator said; `error` is null when it did what it was told. */
export interface ToolRun {
  readonly out: string;
  readonly error: string | null;
}

/** Runs a command of the operator that opens what it needs by itself, with these variables, inside of this process. */
export async function runTool(words: string, args: string[], env: NodeJS.ProcessEnv): Promise<ToolRun> {
  const command = tools[words];
  if (command === undefined) throw new Error(`there is no command ${words}`);
  let out = '';
  const print = (line: string): void => {
    out += `${line}\n`;
  };
  try {
    await command({ env, print }, args);
    return { out, error: null };
  } catch (error) {
    return { out, error: error instanceof Error ? error.message : String(error) };
  }
}
