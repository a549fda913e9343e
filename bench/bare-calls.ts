/** Programs for `node -e` that do nothing but what no program on Node can leave out: docs/decisions/0011-a-whole-process-begins-with-nodes-start.md. */

/** Asks git for the status of the current repository. */
export const bareStatus = `
require('node:child_process').spawnSync('git', ['status', '--porcelain=v2', '--branch', '-z'])`

/**
 * What a commit of one file calls of Node: seven objects are read, nine written, one signature is made, the index is written anew, and three refs with
 * their logs. Contents are all alike, and lie in a folder of their own. With flushes there are three waits, as few as can be: for contents, for the names of
 * objects, and for those of index and refs.
 */
export function bareCommit(fsync: boolean): string {
  return `
const fs = require('node:fs'), zlib = require('node:zlib'), crypto = require('node:crypto')
fs.mkdirSync('.git/bare', { recursive: true })
const written = []
const write = (name, bytes) => {
  const handle = fs.openSync('.git/bare/' + name + '.lock', 'wx')
  fs.writeSync(handle, bytes)
  written.push({ name, handle })
}
const appear = (files) => {
  for (const { name } of files) fs.renameSync('.git/bare/' + name + '.lock', '.git/bare/' + name)
}
const sha1 = (bytes) => crypto.createHash('sha1').update(bytes).digest()
const der = Buffer.from('302e020100300506032b657004220420' + '11'.repeat(32), 'hex')
const key = crypto.createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
const index = fs.readFileSync('.git/index')
const content = index.subarray(0, 600)
const packed = zlib.deflateSync(content)
for (let i = 0; i < 7; i++) zlib.inflateSync(packed)
for (let i = 0; i < 9; i++) write('object' + i + sha1(content).toString('hex'), zlib.deflateSync(content, { level: 1 }))
crypto.sign(null, content, key)
sha1(index.subarray(0, -20)).copy(index, index.length - 20)
write('index', index)
for (const name of ['HEAD', 'branch', 'notes']) {
  write(name, content.subarray(0, 41))
  fs.appendFileSync('.git/bare/log-' + name, content.subarray(0, 150))
}
${fsync ? flushed : unflushed}`
}

const unflushed = `
appear(written)
for (const { handle } of written) fs.closeSync(handle)`

const flushed = `
const flush = (handle) => new Promise((done, fail) => fs.fsync(handle, (error) => (error ? fail(error) : done())))
const last = async () => {
  const folder = fs.openSync('.git/bare', 'r')
  await Promise.all(written.map(({ handle }) => flush(handle)))
  appear(written.slice(0, 9))
  await flush(folder)
  appear(written.slice(9))
  await flush(folder)
  for (const { handle } of written) fs.closeSync(handle)
}
last()`
