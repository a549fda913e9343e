import { attributeKinds } from './attribute-kinds.ts'
import { fileKinds } from './file-kinds.ts'
import { flagKinds } from './flag-kinds.ts'
import { historyKinds } from './history-kinds.ts'
import { hookKinds } from './hook-kinds.ts'
import { indexKinds } from './index-kinds.ts'
import type { KindGroup } from './kind.ts'
import { oddKinds } from './odd-kinds.ts'
import { operationKinds } from './operation-kinds.ts'
import { personKinds } from './person-kinds.ts'
import { placeKinds } from './place-kinds.ts'
import { refusedKinds } from './refused-kinds.ts'

/** Every kind of repository that is tested, in the order of docs/git-compatibility.md. */
export const kindGroups: readonly KindGroup[] = [
  ...indexKinds,
  ...flagKinds,
  ...fileKinds,
  ...attributeKinds,
  ...placeKinds,
  ...historyKinds,
  ...operationKinds,
  ...hookKinds,
  ...personKinds,
  ...oddKinds,
  ...refusedKinds,
]
