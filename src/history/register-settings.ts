import type { FileOperation, RegisterValue } from './file-log.ts'
import { withAuthor } from './file-state.ts'
import type { VirtualAuthor } from './virtual-author.ts'

/** A register that was set, by an operation or a virtual author. */
export interface Setting {
  readonly lamport: number
  readonly author: string
  readonly number: number
  readonly value: RegisterValue
}

export function isDeletion(operation: FileOperation): boolean {
  return operation.type === 'register' && operation.value.register === 'path' && operation.value.path === undefined
}

/** Who deletes a file does not edit it, nor does who only brings back what is there. */
export function isEditing({ registers, restores }: VirtualAuthor): boolean {
  return restores ? Object.keys(registers).length > 0 : !('path' in registers && registers.path === undefined)
}

export function settingsOf(author: VirtualAuthor): readonly Setting[] {
  const { registers } = author
  const place = { lamport: author.lamport, author: author.id, number: 0 }
  const out: Setting[] = []
  if ('path' in registers) {
    const { path } = registers
    out.push({
      ...place,
      value:
        path === undefined
          ? { register: 'path', path, seen: withAuthor(author.before, author.id) }
          : { register: 'path', path },
    })
  }
  if (registers.mode !== undefined) out.push({ ...place, value: { register: 'mode', mode: registers.mode } })
  if ('content' in registers) out.push({ ...place, value: { register: 'content', blob: registers.content } })
  return out
}

/** Last writer wins by (lamport, author, number). */
export function winner(settings: readonly Setting[], register: RegisterValue['register']): RegisterValue | undefined {
  let best: Setting | undefined
  for (const setting of settings)
    if (setting.value.register === register && (!best || isLater(setting, best))) best = setting
  return best?.value
}

function isLater(setting: Setting, best: Setting): boolean {
  if (setting.lamport !== best.lamport) return setting.lamport > best.lamport
  if (setting.author !== best.author) return setting.author > best.author
  return setting.number > best.number
}
