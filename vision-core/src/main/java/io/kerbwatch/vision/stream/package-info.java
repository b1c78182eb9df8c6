/**
 * A camera's RTSP or HTTP session: from its URL to the newest key packet, and how the session fares.
 */
@NullMarked
package io.kerbwatch.vision.stream;

import org.jspecify.annotations.NullMarked;
