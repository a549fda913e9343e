import type { ObjectId, RoomId } from '../contracts/ids.ts'
import type { GitRepository } from '../git/repository.ts'

/** Refs that keep what a room still needs, so that `git gc` leaves it. */
export function roomRefPrefix(room: RoomId): string {
  return `refs/ai-vcs/rooms/${room}/`
}

/** Keeps the base and the heads of a room, and no others. */
export async function keepRoomRefs(
  { refs }: Pick<GitRepository, 'refs'>,
  room: RoomId,
  base: ObjectId,
  heads: readonly ObjectId[],
): Promise<void> {
  const prefix = roomRefPrefix(room)
  const wanted = new Map([[`${prefix}base`, base], ...heads.map((id) => [`${prefix}heads/${id}`, id] as const)])
  const present = refs.list(prefix)
  const changes = [
    ...[...wanted]
      .filter(([name, id]) => !present.some((ref) => ref.name === name && ref.id === id))
      .map(([name, to]) => ({ name, to })),
    ...present.filter(({ name }) => !wanted.has(name)).map(({ name }) => ({ name, to: undefined })),
  ]
  if (changes.length) await refs.update(changes, 'ai-vcs: what the room needs')
}
