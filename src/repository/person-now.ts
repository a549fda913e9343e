import type { CommitPerson } from '../objects/commit.ts'
import type { Workspace } from './workspace.ts'

/** How the user appears in a commit that is made now, in the zone of this machine. */
export function personNow({ person }: Workspace): CommitPerson {
  const now = new Date()
  const minutes = -now.getTimezoneOffset()
  const digits = (value: number): string => String(value).padStart(2, '0')
  const zone = `${digits(Math.floor(Math.abs(minutes) / 60))}${digits(Math.abs(minutes) % 60)}`
  return { ...person, timeSeconds: Math.floor(now.getTime() / 1000), zone: `${minutes < 0 ? '-' : '+'}${zone}` }
}
