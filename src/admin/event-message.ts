/** What happens, as listeners are told; `at` is when we noticed, as ISO 8601. */
export type EventMessage =
  | {
      /** Members of an audience entered and left; nobody is named. */
      readonly event: 'audience';
      readonly data: {
        readonly audienceId: string;
        readonly entered: number;
        readonly left: number;
        readonly at: string;
      };
    }
  | {
      /** An import gave an audience other members, any number of them. */
      readonly event: 'audience-replaced';
      readonly data: { readonly audienceId: string; readonly at: string };
    }
  | {
      /** An SDK id is served another config. */
      readonly event: 'config';
      readonly data: { readonly sdkId: string; readonly etag: string; readonly at: string };
    }
  | {
      /** Audiences or segments are others, or have other properties. */
      readonly event: 'definitions';
      readonly data: { readonly at: string };
    }
  | {
      /** Events were kept aside, here or on another replica. */
      readonly event: 'rejected';
      readonly data: {
        readonly destination: string;
        readonly reason: string;
        readonly count: number;
        readonly at: string;
      };
    };

/** As a stream has it. */
export function eventFrame({ event, data }: EventMessage, id: string): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
