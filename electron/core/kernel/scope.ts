import { abortError, AppError } from './app-error.ts';

type Cleanup = () => void | Promise<void>;

/**
 * Owns everything that must end together: an abort signal, child scopes and cleanups.
 * Closing aborts the signal first, then closes children, then runs cleanups in reverse order.
 */
export class Scope {
  readonly name: string;
  #controller = new AbortController();
  #parent: Scope | null;
  #children = new Set<Scope>();
  #cleanups: Cleanup[] = [];
  #closed: Promise<void> | null = null;

  constructor(name: string, parent: Scope | null = null) {
    this.name = name;
    this.#parent = parent;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isClosed(): boolean {
    return this.#closed !== null;
  }

  /** A scope that closes with this one. Throws the close reason if this scope is closed already. */
  child(name: string): Scope {
    if (this.isClosed) throw abortError(this.signal);
    const child = new Scope(`${this.name}/${name}`, this);
    this.#children.add(child);
    return child;
  }

  /** Runs `cleanup` when the scope closes (at once if it is closed). Returns a function that forgets it. */
  defer(cleanup: Cleanup): () => void {
    if (this.isClosed) {
      void cleanup();
      return () => undefined;
    }
    this.#cleanups.push(cleanup);
    return () => {
      const index = this.#cleanups.indexOf(cleanup);
      if (index >= 0) this.#cleanups.splice(index, 1);
    };
  }

  /** Closes once; later calls return the same promise. Rejects with the first cleanup error, after running all. */
  close(reason: AppError = new AppError('CANCELLED', { detail: `${this.name} closed` })): Promise<void> {
    this.#closed ??= this.#close(reason);
    return this.#closed;
  }

  async #close(reason: AppError): Promise<void> {
    this.#detach();
    this.#controller.abort(reason);
    const failures: unknown[] = [];
    for (const child of [...this.#children]) await child.close(reason).catch((e: unknown) => failures.push(e));
    for (const cleanup of this.#cleanups.splice(0).reverse()) {
      try {
        await cleanup();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw AppError.from(failures[0]);
  }

  #detach(): void {
    if (this.#parent !== null) this.#parent.#children.delete(this);
  }
}
