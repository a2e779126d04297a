import { readingsOf, wordsOf } from './disguise.ts';

const OBJECT = '(?:instructions?|prompts?|rules|guidelines|directions|messages?)';
const EARLIER =
  '(?:previous|prior|above|earlier|preceding|foregoing|initial|original|all|any|your|these|those|the|my)';

/** Words meant for a model, or by one, in several languages; for folded texts. */
const PATTERNS: readonly RegExp[] = [
  new RegExp(
    `\\b(?:ignore|disregard|forget|bypass|override)\\b(?: \\w+){0,3} ${EARLIER}(?: \\w+){0,3} ${OBJECT}\\b`,
  ),
  new RegExp(
    `\\b(?:reveal|repeat|print|show|output|leak|recite|quote)\\b(?: \\w+){0,4} (?:system|hidden|secret|initial|your) (?:\\w+ )?${OBJECT}\\b`,
  ),
  /\b(?:system|developer|hidden|initial) (?:prompt|message|instructions?)\b/,
  /\b(?:new|updated|real|actual|following) instructions?\b/,
  /\b(?:you are|act|behave|pretend|roleplay)(?: now)?(?: to be| as)?(?: an?| the)? (?:ai|assistant|language model|chatbot|llm|dan|jailbroken|unrestricted|different)\b/,
  /\byou are now\b|\bfrom now on you\b|\bas an ai\b|\blanguage model\b|\bjailbreak|\bdeveloper mode\b|\bprompt injection\b|\bdo anything now\b/,
  /\b(?:i m|i am) (?:sorry|unable|not able)\b|\bi (?:cannot|can t|will not|won t) (?:help|assist|comply|answer|provide|do)\b/,
  /\b(?:respond|reply|answer) (?:only |always )?(?:with|in)\b(?: \w+){0,4} (?:json|yes|no|a|b|c|d|pirate|french|spanish|german)\b/,
  /\b(?:mark|grade|accept|treat|count)\b(?: \w+){0,5} (?:as )?(?:the )?(?:correct|right) (?:answer|option|key)\b/,
  /\bthis (?:question|quiz|prompt|text) (?:was|is) (?:written|generated|made) (?:by|for)\b/,
  /\b(?:im start|im end|endoftext|eot id|start header id)\b/,
  /\bignor\w* (?:\w+ ){0,3}(?:instrucci\w+|instruction\w*|instruco\w+|instruc\w+|istruzion\w+|anweisung\w*|consigne\w*|instructie\w*|instruktion\w*|polecen\w+|talimat\w*)\b/,
  /\b(?:olvida|esquece|esqueca|dimentica|oublie\w*|vergiss|vergeet|zapomnij|unut)\b(?: \w+){0,4} (?:instru\w+|istru\w+|consigne\w*|anweisung\w*|regla\w*|regle\w*|regole|regeln|regras|zasad\w*|talimat\w*)\b/,
  /(?:игнорируи|забудь)\p{L}* (?:\p{L}+ ){0,3}(?:инструкц|указан|правил)\p{L}*/u,
];
const PATTERNS_UNSPACED =
  /(?:忽略|无视|忘记|無視|忽視)[^。]{0,12}(?:指令|指示|提示|规则|規則|命令)|以前の指示|이전 지시|무시하/u;
/** Marks that separate speakers in prompts. Looked for in the text as it is. */
const MARKS =
  /<\|[^|>]{1,40}\|>|\[\/?INST\]|<<\/?SYS>>|<\/?s>|#{2,}\s*(?:instruction|system|response|human|assistant)|(?:^|[\n.!?"'`]\s*)(?:system|assistant|user|human|developer|instruction)\s*:|-{3,}\s*(?:begin|end|system)|\bBEGIN (?:SYSTEM|PROMPT|INSTRUCTIONS)\b/i;

/** What in a text speaks to a model or comes out of its instructions; undefined when nothing does. */
export function findInstruction(text: string): string | undefined {
  const [mark] = MARKS.exec(text) ?? [];
  if (mark !== undefined) return mark.trim();
  for (const reading of readingsOf(text)) {
    const line = wordsOf(reading).join(' ');
    for (const pattern of PATTERNS) {
      const [hit] = pattern.exec(line) ?? [];
      if (hit !== undefined) return hit;
    }
  }
  return PATTERNS_UNSPACED.exec(text.normalize('NFC'))?.[0];
}

const RUN = 7;

/** Finds the first run of seven words that a text shares with one of `secrets`, such as the prompts. */
export function makeLeakCheck(secrets: readonly string[]): (text: string) => string | undefined {
  const known = new Set(secrets.flatMap(runsOf));
  return (text) => runsOf(text).find((run) => known.has(run));
}

function runsOf(text: string): string[] {
  const [reading = ''] = readingsOf(text);
  const words = wordsOf(reading);
  return words
    .slice(0, Math.max(0, words.length - RUN + 1))
    .map((_, at) => words.slice(at, at + RUN).join(' '));
}
