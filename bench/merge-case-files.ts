import { readdirSync, readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { AnvcsError } from '../src/contracts/errors.ts'
import { languages } from '../src/merge/languages/languages.ts'
import type { MergeCase } from './merge-case.ts'

const ownFolder = fileURLToPath(new URL('../../test/fixtures/merge/', import.meta.url))

/** The cases of this project: `<language>/<case>/{base,left,right,expected}.<extension>`. One that expects a conflict has its markers. */
export function ownMergeCases(): readonly MergeCase[] {
  return readdirSync(ownFolder).flatMap((language) =>
    readdirSync(join(ownFolder, language)).map((name) => {
      const folder = join(ownFolder, language, name)
      const extension = extname(readdirSync(folder)[0]!)
      const read = (text: string) => readFileSync(join(folder, `${text}${extension}`), 'utf8')
      const expected = read('expected')
      return {
        id: `${language}/${name}`,
        language,
        path: pathOf(language, extension),
        base: read('base'),
        left: read('left'),
        right: read('right'),
        expected,
        expectsConflict: /^<{7} /m.test(expected),
      }
    }),
  )
}

/** A language may be the name of a file, such as package.json. */
function pathOf(language: string, extension: string): string {
  return language.includes('.') ? language : `file${extension}`
}

/**
 * Cases are of a language by its name or the name of its grammar, else of an extension. One whose id ends with `tsx` is of that: with JSX,
 * TypeScript has another grammar.
 */
function extensionOf({ id, language }: StoredCase): string {
  if (/[^a-z]tsx$/.test(id)) return 'tsx'
  const known = languages.find(({ name, grammar }) => name.toLowerCase() === language || grammar === language)
  return known?.extensions[0] ?? language
}

/** The form of a line of a file of cases. */
interface StoredCase {
  readonly id: string
  readonly language: string
  readonly path?: string
  readonly base: string
  readonly left: string
  readonly right: string
  readonly expected: string
  readonly expectsConflict?: boolean
}

/** Cases of a file, one JSON object a line, packed by gzip or not. */
export function* mergeCasesOf(file: string): Generator<MergeCase> {
  const bytes = readFileSync(file)
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
  for (const line of text.split('\n')) {
    if (!line) continue
    const stored = JSON.parse(line) as StoredCase
    if ([stored.base, stored.left, stored.right, stored.expected].some((part) => typeof part !== 'string'))
      throw new AnvcsError('USAGE', { message: `${basename(file)} has a case that lacks one of its texts.` })
    const path = stored.path ?? pathOf(stored.language, `.${extensionOf(stored)}`)
    yield { ...stored, path, expectsConflict: stored.expectsConflict ?? false }
  }
}
