import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { ClassicLevel } from "classic-level"
import * as Effect from "effect/Effect"
import { decompress } from "../../../../runtime/store/snappy.ts"
import { checkTable } from "../../../../runtime/store/table-file.ts"
import { seeded } from "../../../support/random.ts"
import { temporaryDirectory } from "../../../support/temporary-directory.ts"

/** All tables of a real database with blocks that are compressed and blocks that cannot be. */
const makeTables = Effect.flatMap(temporaryDirectory, (directory) =>
  Effect.promise(async () => {
    const random = seeded(7)
    const database = new ClassicLevel<string, string>(directory)
    await database.open()
    for (let batch = 0; batch < 40; batch++) {
      const puts = Array.from({ length: 200 }, (_, index) => {
        const key = `k${String((batch * 200 + index * 7919) % 8000).padStart(5, "0")}`
        const text = index % 2 === 0 ? "the same text ".repeat(30) : String(random.below(1)).repeat(2)
        return { type: "put", key, value: text } as const
      })
      await database.batch(puts)
    }
    await database.compactRange("a", "z")
    await database.close()
    return readdirSync(directory)
      .filter((name) => name.endsWith(".ldb"))
      .map((name) => readFileSync(join(directory, name)))
  })
)

describe("a table", () => {
  it.live("of which any bit is flipped, or that is cut, is noticed", () =>
    Effect.gen(function* () {
      const tables = yield* makeTables
      assert.isAbove(tables.length, 0)
      const random = seeded(1)
      for (const table of tables) {
        assert.isUndefined(checkTable(table))
        for (let round = 0; round < 400; round++) {
          const bytes = Buffer.from(table)
          const at = Math.floor(random.below(bytes.length))
          const bit = Math.floor(random.below(8))
          bytes[at]! ^= 1 << bit
          assert.isDefined(checkTable(bytes), `bit ${bit} of byte ${at} of ${bytes.length}`)
          assert.isDefined(checkTable(table.subarray(0, at)), `cut to ${at} of ${table.length}`)
        }
      }
    })
  )

  it("of any bytes is damaged, and nothing worse", () => {
    const random = seeded(2)
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(Array.from({ length: Math.floor(random.below(300)) }, () => random.below(256)))
      assert.isDefined(checkTable(bytes))
      // The magic number at the end, so that what stands before it is read as handles.
      if (bytes.length >= 48) bytes.writeBigUInt64LE(0xdb4775248b80fb57n, bytes.length - 8)
      assert.isDefined(checkTable(bytes))
    }
  })
})

describe("snappy", () => {
  it("copies that overlap themselves, and both kinds of literals", () => {
    const literal = (text: string) => Buffer.from([(text.length - 1) << 2, ...Buffer.from(text)])
    const overlapping = Buffer.concat([Buffer.from([9]), literal("abc"), Buffer.from([((6 - 4) << 2) | 1, 3])])
    assert.strictEqual(String(decompress(overlapping)), "abcabcabc")
    const long = "x".repeat(70)
    assert.strictEqual(String(decompress(Buffer.concat([Buffer.from([70, 60 << 2, 69]), Buffer.from(long)]))), long)
  })

  it("refuses what cannot be", () => {
    for (const bytes of [[], [5], [200, 1, 0, 97], [4, 0, 97, 1, 9], [3, 0, 97, 0, 98]]) {
      assert.throws(() => decompress(Buffer.from(bytes)), RangeError)
    }
  })
})
