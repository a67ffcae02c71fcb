import { Body, Param, Post } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { AdminController } from './admin-controller.js';
import { Call } from './openapi/call.js';
import { PreviewAnswer, previewAnswer } from './preview-answer.js';
import { Products } from './products.js';
import { Reads } from './role.guard.js';
import { segmentDefinition } from './segment-draft.js';
import { DefinitionInput } from './segment-input.js';
import { SegmentPreview } from './segment-preview.js';
import { SegmentEditor } from '../segments/segment-editor.js';

/** Looks before anybody leaps. */
@AdminController('segments')
export class PreviewController {
  constructor(
    private readonly editor: SegmentEditor,
    private readonly products: Products,
    private readonly preview: SegmentPreview,
  ) {}

  @Post('segments/:segmentId/preview')
  @Reads()
  @ApiParam({ name: 'segmentId', type: String })
  @Call({
    summary: "Which users' flags would change if the segment had this definition",
    details: 'Counted over the members of the audiences involved. Nothing is changed.',
    status: 201,
    returns: PreviewAnswer,
    problems: { 400: 'No JSON', 404: 'No such segment', 422: 'Something wrong in it' },
  })
  async run(
    @Param('segmentId') id: string,
    @Body() input: DefinitionInput,
  ): Promise<PreviewAnswer> {
    const definition = segmentDefinition(input, (one) => this.products.isDestination(one));
    return previewAnswer(await this.preview.run(await this.editor.imagine(id, definition)));
  }
}
