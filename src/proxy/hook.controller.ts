import { Controller, Get, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { Configs } from '../configs/configs.js';
import { Options } from '../options/options.js';
import type { SdkOptions } from '../options/sdk.options.js';
import { DeliveryMemory } from './delivery-memory.js';
import { NotThroughExpress } from './not-through-express.js';
import { Describe } from './openapi/describe.js';
import { HOOK } from './openapi/other-routes.js';
import { readBody, refuseBody } from './request-body.js';
import { sendEmpty, sendText, type GroupedResponse } from './response.js';
import { deliveryOf, signatureOf } from './webhook-signature.js';

/** What ConfigCat calls when a config changed: it is fetched at once, for all replicas. */
@Controller('hook')
@UseGuards(NotThroughExpress)
export class HookController {
  private readonly accepted = new DeliveryMemory();

  constructor(
    private readonly configs: Configs,
    private readonly options: Options,
  ) {}

  @Post(':sdkId')
  @Describe(HOOK)
  post(
    @Req() request: IncomingMessage,
    @Res() response: GroupedResponse,
    @Param('sdkId') sdkId: string,
  ): Promise<void> {
    return this.receive(request, response, sdkId);
  }

  @Get(':sdkId')
  @Describe(HOOK)
  get(
    @Req() request: IncomingMessage,
    @Res() response: GroupedResponse,
    @Param('sdkId') sdkId: string,
  ): Promise<void> {
    return this.receive(request, response, sdkId);
  }

  private async receive(
    request: IncomingMessage,
    response: GroupedResponse,
    sdkId: string,
  ): Promise<void> {
    const sdk = this.options.sdks.get(sdkId);
    if (sdk === undefined) {
      sendText(response, 404, `SDK not found for identifier: '${sdkId}'`);
      return;
    }
    let body: Buffer;
    try {
      body = await readBody(request);
    } catch (error) {
      refuseBody(response, error);
      return;
    }
    const verdict = this.judge(request, { sdkId, sdk, body });
    if (verdict === 'refused') {
      sendText(response, 400, 'Signature validation failed');
      return;
    }
    if (verdict === 'new') await this.refresh(sdkId);
    sendEmpty(response, 200);
  }

  private judge(
    { headers }: IncomingMessage,
    {
      sdkId,
      sdk,
      body,
    }: { readonly sdkId: string; readonly sdk: SdkOptions; readonly body: Buffer },
  ): 'refused' | 'new' | 'repeated' {
    const { webhookSigningKey: key, webhookSignatureValidFor: validFor } = sdk;
    if (key === undefined) return 'new';
    const delivery = deliveryOf(headers, body);
    const now = Math.floor(Date.now() / 1_000);
    const signature = delivery && signatureOf(delivery, { key, now, validFor });
    if (delivery === undefined || signature === undefined) return 'refused';
    const end = Number(delivery.timestamp) + validFor;
    // By its signature, too: id and time are signed as one text, that may be cut elsewhere.
    const names = [`${sdkId} id ${delivery.id}`, `${sdkId} signature ${signature}`];
    return this.accepted.accept(names, end, now) ? 'new' : 'repeated';
  }

  /** A failure is not ConfigCat's to mend: the source has logged it, and is asked again soon. */
  private async refresh(sdkId: string): Promise<void> {
    await this.configs.refresh(sdkId).catch(() => {});
  }
}
