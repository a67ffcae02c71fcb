import { NotFoundException, type CanActivate } from '@nestjs/common';

/**
 * The HTTP server asks the route table first, which knows of CORS and of the headers that a request
 * must bring. Should Express be asked for such a route all the same, it has none.
 */
export class NotThroughExpress implements CanActivate {
  canActivate(): boolean {
    throw new NotFoundException();
  }
}
