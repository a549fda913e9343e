import type { HostileRoom } from '../support/hostile-room.ts'

/** What a hostile member or stranger tries; tells the harm that came of it, nothing where the rules hold. */
export type Attack = (room: HostileRoom) => Promise<readonly string[]>

/** The file that attacks are about. */
export const path = 'a.txt'

/** Does Bob see a word? */
export function shows({ bob }: HostileRoom, word: string): boolean {
  return bob.room.files.text(path)?.includes(word) ?? false
}

export async function pass(room: HostileRoom, ms = 2000): Promise<void> {
  await room.world.clock.run(room.world.clock.now() + ms)
}
