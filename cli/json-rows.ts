/** One JSON array, written as its items come, an item on each line. */
export class JsonRows<Item> {
  readonly #printItem: (item: Item) => string
  #isFirst = true

  constructor(printItem: (item: Item) => string) {
    this.#printItem = printItem
  }

  /** Of at least one item. */
  print(items: ReadonlyArray<Item>): string {
    const lead = this.#isFirst ? "[\n" : ",\n"
    this.#isFirst = false
    return lead + items.map(this.#printItem).join(",\n")
  }

  /** What comes after the last item. */
  end(): string {
    return this.#isFirst ? "[]\n" : "\n]\n"
  }
}
