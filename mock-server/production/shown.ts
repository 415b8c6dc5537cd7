/**
 * What a message may show of a setting's text. A key that was put into the wrong variable must not get into a log, nor a
 * text that writes over several lines: of these only the length is shown.
 */
export function toShown(text: string): string {
  const isPlain = text.length <= 200 && !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text)
  return isPlain && !looksSecret(text) ? text : `${text.length} characters`
}

/** A run as long as a key, the mark of a hook's secret, or a user with a password before a host. */
function looksSecret(text: string): boolean {
  return /[0-9A-Za-z+_=-]{32,}|whsec_|-----|:[^:/]*@/.test(text)
}

/** One line of a report: hides the given texts wherever they stand. Short ones are part of ordinary words. */
export function toLine(texts: Iterable<string>, message: string): string {
  return [...texts]
    .filter((text) => text.length >= 8)
    .reduce((shown, text) => shown.replaceAll(text, `(${text.length} characters)`), message)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '�')
}
