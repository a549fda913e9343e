import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

const tables = ['tcp', 'tcp6', 'udp', 'udp6']
const listening = '0A'

/**
 * How many Internet sockets a process holds that could carry a byte, by what the kernel says (proc(5)): all but those that
 * only listen. Undefined where the system has no such folder.
 */
export function openSockets(pid: number): number | undefined {
  try {
    const held = new Set(readdirSync(`/proc/${pid}/fd`).flatMap((fd) => socketOf(`/proc/${pid}/fd/${fd}`)))
    const rows = tables.flatMap((table) =>
      readFileSync(`/proc/${pid}/net/${table}`, 'utf8').trim().split('\n').slice(1),
    )
    return rows.filter((row) => {
      const columns = row.trim().split(/\s+/)
      return columns[3] !== listening && held.has(columns[9]!)
    }).length
  } catch {
    return undefined
  }
}

/** The inode of the socket behind a descriptor. One that was closed meanwhile is none. */
function socketOf(path: string): readonly string[] {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(path))?.slice(1) ?? []
  } catch {
    return []
  }
}
