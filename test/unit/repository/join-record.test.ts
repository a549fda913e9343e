import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RoomId } from '../../../src/contracts/ids.ts'
import { vaultFile } from '../../../src/node/vault-file.ts'
import { DataFolder } from '../../../src/repository/data-folder.ts'
import { JoinRecord } from '../../../src/repository/join-record.ts'

const main = 'refs/heads/main'
const room = '1'.repeat(32) as RoomId
const other = '2'.repeat(32) as RoomId

describe('a join that comes to no membership', () => {
  let root: string
  let data: DataFolder

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'anvcs-join-'))
    data = new DataFolder(root)
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  async function begin(): Promise<{ record: JoinRecord; keysCome: () => Promise<void> }> {
    const record = await JoinRecord.begin(data, main, room)
    const vault = record.vault(vaultFile(data.room(room).keys))
    return { record, keysCome: () => vault.save(Uint8Array.of(1)) }
  }

  it('can be resumed once keys have come', async () => {
    const { record, keysCome } = await begin()
    await keysCome()
    assert.equal(await data.roomOf(main), room)
    await record.end()
    assert.equal(await data.roomOf(main), room)
    assert.ok(existsSync(data.room(room).keys))
  })

  it('can be resumed, too, where it is cut short while they are being written', async () => {
    const { record, keysCome } = await begin()
    const saving = keysCome()
    await record.end()
    await saving
    assert.equal(await data.roomOf(main), room)
    assert.ok(existsSync(data.room(room).keys))
  })

  it('gives the branch its room back where the new one is refused after that', async () => {
    await data.setRoom(main, other)
    const { record, keysCome } = await begin()
    await keysCome()
    record.refuse()
    await record.end()
    assert.equal(await data.roomOf(main), other)
    assert.ok(!existsSync(data.room(room).path))
  })

  it('removes nothing of a room that was here before', async () => {
    await vaultFile(data.room(room).keys).save(Uint8Array.of(1))
    const { record } = await begin()
    record.refuse()
    await record.end()
    assert.ok(existsSync(data.room(room).keys))
    assert.equal(await data.roomOf(main), undefined)
  })
})
