import type { MergeDriver, MergeDrivers } from '../contracts/merge-driver.ts'
import { diffVersion } from '../document/text-diff.ts'
import type { RoomVersions } from './control-body.ts'

/** The one format that this program reads and writes. */
const formatVersion = 1

/** What a room that this program founds follows. */
export function newestVersions([{ version: merge }]: MergeDrivers): RoomVersions {
  return { format: formatVersion, merge, diff: diffVersion }
}

/** Can a program with these drivers judge the entries of such a room? Verdicts rest on each of the three. */
export function follows(drivers: readonly MergeDriver[], { format, merge, diff }: RoomVersions): boolean {
  return format === formatVersion && diff === diffVersion && drivers.some(({ version }) => version === merge)
}
