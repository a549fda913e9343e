import { duplicates } from '../merge/checks/duplicates.ts'
import { syntaxErrors } from '../merge/checks/syntax-errors.ts'
import { checkData } from '../merge/data/check-data.ts'
import { languageOf } from '../merge/languages/language-of.ts'
import { Identities } from '../merge/structure/identities.ts'
import { Source } from '../merge/structure/source.ts'
import type { TreeEntryValue } from '../objects/tree.ts'
import type { ConflictedPath } from './conflicted-path.ts'
import { losslessText } from './marked-file.ts'
import { readTree } from './read-code.ts'
import type { Workspace } from './workspace.ts'

/** The texts of one merge, and what was chosen of them. */
export interface ChosenTexts {
  readonly path: string
  readonly base: string
  readonly left: string
  readonly right: string
  readonly chosen: string
}

/**
 * Why what was chosen cannot be right, as a clause; undefined where nothing is known against it. It has to parse at least as well as the sides do, and
 * may declare nothing twice, and have no key twice, that they have once.
 */
export async function choiceFault(texts: ChosenTexts, signal?: AbortSignal): Promise<string | undefined> {
  const { path, base, left, right, chosen } = texts
  // Nothing is no data: of files that both sides added, one serves as well.
  const ofData = checkData({ path, base: base || left, left, right }, chosen)
  // What one side made may well be gone: that is what was chosen.
  const finding = ofData?.find(({ fault }) => fault !== 'loss')
  if (finding?.fault === 'duplicate-key') return 'a key would stand twice'
  if (finding?.fault === 'clash') return finding.path[0]
  if (finding) return 'it would not parse'
  const trees = []
  for (const text of [base, left, right, chosen]) trees.push(await readTree(path, text, signal))
  const [ofBase, ofLeft, ofRight, ofChosen] = trees
  if (!ofBase || !ofLeft || !ofRight || !ofChosen) return undefined
  if (syntaxErrors({ base: ofBase, left: ofLeft, right: ofRight, merged: ofChosen }).length) return 'it would not parse'
  const language = languageOf(path, chosen)
  if (!language?.merge) return undefined
  const identities = new Identities()
  const rules = language.merge
  const [mine, theirs, merged] = [ofLeft, ofRight, ofChosen].map(
    (tree) => new Source(tree, language, rules, identities),
  )
  const [double] = duplicates(mine!, theirs!, merged!)
  return double && `${double.name} would be declared twice`
}

/** Why none of several texts of a conflicted path can be right, as a clause; undefined where nothing is known against one of them. */
export async function faultOfAll(
  { git }: Workspace,
  { path, base, left, right }: ConflictedPath,
  chosen: readonly string[],
  signal?: AbortSignal,
): Promise<string | undefined> {
  const read = async (entry: TreeEntryValue | undefined) =>
    entry ? losslessText(await git.git.run(['cat-file', 'blob', entry.id], { signal })).text : ''
  const texts = { path, base: await read(base), left: await read(left), right: await read(right) }
  let fault: string | undefined
  for (const text of new Set(chosen)) {
    fault = await choiceFault({ ...texts, chosen: text }, signal)
    if (fault === undefined) return undefined
  }
  return fault
}
