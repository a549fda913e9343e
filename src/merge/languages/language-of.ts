import type { Language } from './language.ts'
import { languages } from './languages.ts'

/** The first line is looked at this far: a name of a program is not longer. */
const maxShebangUnits = 200

/**
 * The language of a file by its name, for headers of C and C++ by what they hold, else by the program in the first line; undefined where
 * merging knows none. Only the three texts of a
 * merge together may tell that a file without an ending is a script, so the caller decides whose text it gives.
 */
export function languageOf(path: string, text = ''): Language | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const extension = extensionOf(name)
  const taker = takers.find(({ takes }) => takes?.extension === extension && takes.holding.test(text))
  return byName.get(name) ?? taker ?? byExtension.get(extension) ?? byInterpreter.get(interpreterOf(text))
}

const byName = index(({ names }) => names)
const byExtension = index(({ extensions }) => extensions)
const takers = languages.filter(({ takes }) => takes)
const byInterpreter = index(({ interpreters }) => interpreters)

function index(keys: (language: Language) => readonly string[]): ReadonlyMap<string, Language> {
  return new Map(languages.flatMap((language) => keys(language).map((key) => [key, language] as const)))
}

/** Behind the last dot, in lower case; a dot in front makes a file hidden and begins no ending. */
function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : ''
}

/** `#!/usr/bin/env -S FOO=1 python3.11 -u` and `#!/usr/bin/python3` name python. */
function interpreterOf(text: string): string {
  if (!text.startsWith('#!')) return ''
  const [line = ''] = text.slice(2, maxShebangUnits).split(/[\r\n]/, 1)
  const words = line.trim().split(/\s+/)
  const programs = baseName(words[0]) === 'env' ? words.slice(1).filter((word) => !/^-|=/.test(word)) : words
  return baseName(programs[0]).replace(/[\d.]+$/, '')
}

function baseName(path = ''): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
