import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodeCrypto } from '../src/node/crypto.ts'
import { nodeDeflate } from '../src/node/deflate.ts'
import { formatsOf } from './formats/formats.ts'
import { toJson } from './formats/json.ts'
import { bodies, disk, records, texts } from './formats/text-inputs.ts'
import { boxes, entries, ids, keys, links, proofs, requests, signals } from './formats/vector-inputs.ts'

const folder = 'test/fixtures/formats/v1'
const inputs = { ids, keys, proofs, entries, boxes, bodies, texts, links, requests, signals, records, disk }

/**
 * Writes the test vectors of version 1 of the formats. A file that is there is left alone: vectors are made once. New formats
 * get a new file, new versions a new folder.
 */
async function writeVectors(): Promise<void> {
  const formats = formatsOf(nodeCrypto, nodeDeflate)
  mkdirSync(folder, { recursive: true })
  for (const [file, ofFile] of Object.entries(inputs)) {
    const path = join(folder, `${file}.json`)
    if (existsSync(path)) continue
    const content: Record<string, unknown[]> = {}
    for (const [name, ofFormat] of Object.entries(ofFile)) {
      content[name] = []
      for (const [vector, input] of Object.entries(ofFormat)) {
        const output = await formats[file]![name]!.write(input)
        content[name].push({ name: vector, input: toJson(input), output: toJson(output) })
      }
    }
    writeFileSync(path, `${JSON.stringify(content, undefined, 2)}\n`)
  }
}

await writeVectors()
