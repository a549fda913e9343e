import type { Sources } from '../structure/merge-structure.ts'
import type { Source } from '../structure/source.ts'
import { danglingNames, nameCounts } from './bindings.ts'
import { buriedWords } from './buried-words.ts'
import { CommonParts } from './common-parts.ts'
import { conservation } from './conservation.ts'
import { doubledImports } from './doubled-imports.ts'
import { repeatedLabels } from './repeated-labels.ts'
import { doubledLocals } from './doubled-locals.ts'
import { doubledMembers } from './doubled-members.ts'
import { duplicates } from './duplicates.ts'
import { fixedNames } from './fixed-names.ts'
import type { Finding } from './finding.ts'
import { lostScopes } from './lost-scopes.ts'
import { revivedItems } from './revived-items.ts'
import { revivedLines } from './revived-lines.ts'
import { lostWords } from './lost-words.ts'
import { misfitCalls } from './signatures.ts'
import { strayChanges } from './stray-changes.ts'
import { doubledLabels } from './stray-prose.ts'
import { syntaxErrors } from './syntax-errors.ts'
import { wireClashes } from './wire-numbers.ts'

/** Everything that speaks against a merged text; nothing makes it a clean merge. `common` only spares work. */
export function checkMerge(
  { base, left, right }: Sources,
  merged: Source,
  common = CommonParts.of({ base, left, right }, merged),
): readonly Finding[] {
  const counts = nameCounts([merged, left, right], common)
  const stray = strayChanges({ base, left, right }, merged, common)
  return [
    ...syntaxErrors({ base: base.tree, left: left.tree, right: right.tree, merged: merged.tree }),
    ...conservation({ base, left, right }, merged),
    ...buriedWords({ base, left, right }, merged),
    ...(stray.length > 0 ? stray : revived({ base, left, right }, merged, common)),
    ...duplicates(left, right, merged, common),
    ...doubledLocals(left, right, merged, counts),
    ...doubledMembers(left, right, merged),
    ...repeatedLabels(left, right, merged),
    ...doubledImports(left, right, merged),
    ...doubledLabels(left, right, merged),
    ...danglingNames(left, right, merged, common),
    ...lostScopes({ base, left, right }, merged, counts),
    ...fixedNames(left, right, merged),
    ...lostWords(left, right, merged),
    ...misfitCalls(left, right, merged, common),
    ...wireClashes({ base, left, right }, merged),
  ]
}

function revived(sources: Sources, merged: Source, common: CommonParts | undefined): readonly Finding[] {
  const items = revivedItems(sources, merged, common)
  return items.length > 0 ? items : revivedLines(sources, merged)
}
