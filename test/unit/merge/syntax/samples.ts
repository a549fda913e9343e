import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { languageOf } from '../../../../src/merge/languages/language-of.ts'
import type { Language } from '../../../../src/merge/languages/language.ts'
import { Parsers } from '../../../../src/merge/syntax/parsers.ts'
import { nodeCrypto } from '../../../../src/node/crypto.ts'
import { grammarFiles } from '../../../../src/node/grammar-files.ts'
import type { TextParser } from '../../../../src/merge/syntax/text-parser.ts'
import type { SyntaxTree } from '../../../../src/merge/syntax/syntax-tree.ts'
import { projectRoot } from '../../../support/project.ts'

/** A text of each language. */
export interface Sample {
  readonly path: string
  readonly language: Language
  readonly text: string
}

const folder = join(projectRoot, 'test/fixtures/syntax')

export const samples: readonly Sample[] = readdirSync(folder).map((path) => {
  const text = readFileSync(join(folder, path), 'utf8')
  const language = languageOf(path, text)
  if (!language) throw new Error(`${path} is of no language`)
  return { path, language, text }
})

const parsers = new Parsers(grammarFiles, nodeCrypto)

export function parserOf({ grammar }: Language): Promise<TextParser> {
  return parsers.parser(grammar)
}

/** The tree of a text that is within all bounds. */
export async function treeOf(language: Language, text: string): Promise<SyntaxTree> {
  const outcome = (await parserOf(language)).parse(text)
  if (outcome.status !== 'parsed') throw new Error(outcome.reason)
  return outcome.tree
}
