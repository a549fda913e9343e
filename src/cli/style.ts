import type { Environment } from '../node/config-folder.ts'

/** Marks text for a terminal, or leaves it as it is. */
export interface Style {
  readonly isOn: boolean
  readonly strong: (text: string) => string
  readonly faint: (text: string) => string
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly notable: (text: string) => string
}

/** ECMA-48, "Select graphic rendition": a code that turns it on, and one that turns it off. */
const codes = { strong: [1, 22], faint: [2, 22], good: [32, 39], bad: [31, 39], notable: [33, 39] } as const

/** Does the user want colors on this stream? NO_COLOR (no-color.org) and FORCE_COLOR decide, then CI and the terminal. */
export function wantsColor(environment: Environment, isTerminal: boolean): boolean {
  if (environment['NO_COLOR']) return false
  if (environment['FORCE_COLOR']) return environment['FORCE_COLOR'] !== '0'
  return isTerminal && !environment['CI'] && environment['TERM'] !== 'dumb'
}

export function createStyle(isOn: boolean): Style {
  const mark =
    (name: keyof typeof codes) =>
    (text: string): string =>
      isOn ? `\u001b[${codes[name][0]}m${text}\u001b[${codes[name][1]}m` : text
  return {
    isOn,
    strong: mark('strong'),
    faint: mark('faint'),
    good: mark('good'),
    bad: mark('bad'),
    notable: mark('notable'),
  }
}
