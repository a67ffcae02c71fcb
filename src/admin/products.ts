import type { Options } from '../options/options.js';
import { UnknownProductError } from './admin.errors.js';

/** What the options say of products and destinations. */
export class Products {
  private readonly names: ReadonlySet<string>;

  constructor(private readonly options: Options) {
    this.names = new Set([
      ...[...options.sdks.values()].map(({ product }) => product),
      ...[...options.engage.destinations.values()].flatMap(({ products }) => products),
    ]);
  }

  /** @throws UnknownProductError */
  expect(product: string): void {
    if (!this.names.has(product)) throw new UnknownProductError(product);
  }

  isDestination(id: string): boolean {
    return this.options.engage.destinations.has(id);
  }
}
