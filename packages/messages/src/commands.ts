import type { Catalogue } from './catalogue.ts';
import type { CommandEntry } from './views.ts';

const COMMANDS = ['start', 'quiz', 'stats', 'settings', 'report', 'pause', 'resume', 'stop', 'help'] as const;

/** The commands that are understood, in the order of the menu. */
export function commandsOf(catalogue: Catalogue): CommandEntry[] {
  return COMMANDS.map((command) => ({ command, description: catalogue.plain(`command-${command}`) }));
}
