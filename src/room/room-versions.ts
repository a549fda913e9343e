import type { MergeDriver } from '../contracts/merge-driver.ts'
import { diffVersion } from '../document/text-diff.ts'
import type { RoomVersions } from './control-body.ts'

/** The one format that this program reads and writes. */
const formatVersion = 1

/** What this program follows, and what a room that it founds follows. */
export function versionsOf({ version: merge }: MergeDriver): RoomVersions {
  return { format: formatVersion, merge, diff: diffVersion }
}

/** Can a program judge the entries of such a room? Verdicts rest on each of the three. */
export function follows(own: RoomVersions, room: RoomVersions): boolean {
  return own.format === room.format && own.merge === room.merge && own.diff === room.diff
}
