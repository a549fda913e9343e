import { closeSync, constants, openSync, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'

/** Neither a link nor a pipe that took the place of a file is followed or waited for. */
const plainFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
/** Our own reading leaves no time in the file, where the system offers that: it is looked for that of others. Zero where there is none. */
const quietFlags = plainFlags | ((constants as { readonly O_NOATIME?: number }).O_NOATIME ?? 0)

/** Opens a regular file for reading, without a trace where that can be. */
export function openQuietly(full: string): number {
  try {
    return openSync(full, quietFlags)
  } catch (error) {
    if (!isForeign(error)) throw error
    return openSync(full, plainFlags)
  }
}

export function readQuietlySync(full: string): Uint8Array {
  const descriptor = openQuietly(full)
  try {
    return readFileSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

export async function readQuietly(full: string): Promise<Uint8Array> {
  const handle = await open(full, quietFlags).catch((error: unknown) => {
    if (!isForeign(error)) throw error
    return open(full, plainFlags)
  })
  try {
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

/** Of a file of another owner every reading has to be noted. */
function isForeign(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EPERM'
}
