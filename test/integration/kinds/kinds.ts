import { indexKinds } from './index-kinds.ts'
import type { KindGroup } from './kind.ts'

/** Every kind of repository that is tested, in the order of docs/git-compatibility.md. */
export const kindGroups: readonly KindGroup[] = [...indexKinds]
