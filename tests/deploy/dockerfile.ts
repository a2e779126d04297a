import { readRepositoryFile } from './composeFile.ts';

/** One instruction with its continuation lines joined. */
export interface Instruction {
  readonly keyword: string;
  readonly rest: string;
}

export interface Stage {
  /** As in `FROM <base> AS <name>`. */
  readonly base: string;
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

/** The stages of the repository's Dockerfile in their order. Throws when an instruction comes before the first FROM. */
export function readDockerfile(): Stage[] {
  const lines = readRepositoryFile('Dockerfile')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const stages: (Stage & { instructions: Instruction[] })[] = [];
  for (const line of lines) {
    const [keyword = '', ...words] = line.trim().split(/\s+/);
    const [base = '', , name = ''] = words;
    if (keyword === 'FROM') stages.push({ base, name, instructions: [] });
    else {
      const stage = stages.at(-1);
      if (stage === undefined) throw new Error(`${keyword} before FROM`);
      stage.instructions.push({ keyword, rest: words.join(' ') });
    }
  }
  return stages;
}

/** The last instruction of that kind which holds in a stage, its own or that of a stage below it. */
export function inherited(stages: readonly Stage[], name: string, keyword: string): string | undefined {
  const stage = stages.find((candidate) => candidate.name === name);
  if (stage === undefined) return undefined;
  const own = stage.instructions.findLast((instruction) => instruction.keyword === keyword)?.rest;
  return own ?? inherited(stages, stage.base, keyword);
}
