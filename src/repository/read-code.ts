import { languageOf } from '../merge/languages/language-of.ts'
import { Identities } from '../merge/structure/identities.ts'
import { Source } from '../merge/structure/source.ts'
import { Parsers } from '../merge/syntax/parsers.ts'
import { nodeCrypto } from '../node/crypto.ts'
import { grammarFiles } from '../node/grammar-files.ts'
import type { SyntaxTree } from '../merge/syntax/syntax-tree.ts'

const parsers = new Parsers(grammarFiles, nodeCrypto)

/** The syntax tree of a text, errors and all; undefined where its language is not known or it is out of bounds. */
export async function readTree(path: string, text: string, signal?: AbortSignal): Promise<SyntaxTree | undefined> {
  const language = languageOf(path, text)
  if (!language) return undefined
  const outcome = (await parsers.parser(language.grammar, signal)).parse(text)
  return outcome.status === 'parsed' ? outcome.tree : undefined
}

/** The same with what merging knows of its language; undefined, too, where it is data. */
export async function readCode(path: string, text: string, signal?: AbortSignal): Promise<Source | undefined> {
  const language = languageOf(path, text)
  if (!language?.merge) return undefined
  const tree = await readTree(path, text, signal)
  return tree && new Source(tree, language, language.merge, new Identities())
}
