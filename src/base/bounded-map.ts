/** A map that never grows beyond its limit: what was not asked for lately goes first (the CLOCK algorithm, which needs no list kept in order). */
export class BoundedMap<V> {
  readonly #limit: number;
  readonly #entries = new Map<string, { value: V; used: boolean }>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    entry.used = true;
    return entry.value;
  }

  set(key: string, value: V): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) {
      entry.value = value;
      return;
    }
    this.#makeRoom();
    this.#entries.set(key, { value, used: false });
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  *values(): Generator<V> {
    for (const { value } of this.#entries.values()) yield value;
  }

  #makeRoom(): void {
    // Each used one gets a second chance at the end of the queue, once: so this ends.
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size < this.#limit) return;
      this.#entries.delete(key);
      if (!entry.used) continue;
      entry.used = false;
      this.#entries.set(key, entry);
    }
  }
}
