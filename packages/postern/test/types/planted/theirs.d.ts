export type Result = { token: string; until?: number };
export interface Options {
  name: string;
  size?: number;
  [key: string]: unknown;
}
export interface Client {
  get(options: Options, force?: boolean): Promise<Result>;
  gone(): void;
  may(options?: Options, more?: Result): Promise<Result>;
  fewer(name: string, force: boolean): void;
  none(): Result;
  same(name: string): Promise<string[]>;
}
export declare const Codes: { readonly A: 'a'; readonly B: 'b' };
export declare class Thing {
  constructor(name: string);
  client: Client;
}
export interface Forgotten {
  a: string;
}
export type OnlyType = string;
