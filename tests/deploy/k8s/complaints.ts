/** `about: sentence` for each sentence that is true. */
export function complaints(about: string, broken: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(broken).flatMap(([sentence, isBroken]) =>
    isBroken ? [`${about}: ${sentence}`] : [],
  );
}
