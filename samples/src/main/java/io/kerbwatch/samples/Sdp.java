package io.kerbwatch.samples;

import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** Descriptions of what a camera sends (RFC 4566). */
final class Sdp {
    private Sdp() {}

    static String video(String name, Footage footage) {
        String coding = footage.codec() == Codec.H264 ? h264(footage.parameterSets()) : h265(footage.parameterSets());
        return session(name)
                + "m=video 0 RTP/AVP " + RtpStream.PAYLOAD_TYPE + "\r\n"
                + "a=rtpmap:" + RtpStream.PAYLOAD_TYPE + " " + footage.codec() + "/" + RtpStream.CLOCK + "\r\n"
                + "a=fmtp:" + RtpStream.PAYLOAD_TYPE + " " + coding + "\r\n"
                + "a=framerate:" + String.format(Locale.ROOT, "%.3f", footage.fps()) + "\r\n"
                + "a=control:track1\r\n";
    }

    static String audioOnly(String name) {
        return session(name) + "m=audio 0 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=control:track1\r\n";
    }

    static String unknownCodec(String name) {
        return session(name)
                + "m=video 0 RTP/AVP " + RtpStream.PAYLOAD_TYPE + "\r\n"
                + "a=rtpmap:" + RtpStream.PAYLOAD_TYPE + " X-WOVEN/" + RtpStream.CLOCK + "\r\n"
                + "a=control:track1\r\n";
    }

    private static String session(String name) {
        return "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=" + name + "\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                + "a=control:*\r\na=range:npt=now-\r\n";
    }

    /** RFC 6184, section 8.1; the profile and level stand behind the first byte of the SPS. */
    private static String h264(List<byte[]> sets) {
        String level = HexFormat.of().withUpperCase().formatHex(sets.get(0), 1, 4);
        return "packetization-mode=1;profile-level-id=" + level + ";sprop-parameter-sets=" + base64(sets.get(0)) + ","
                + base64(sets.get(1));
    }

    /** RFC 7798, section 7.1. */
    private static String h265(List<byte[]> sets) {
        return "sprop-vps=" + base64(sets.get(0)) + ";sprop-sps=" + base64(sets.get(1)) + ";sprop-pps="
                + base64(sets.get(2));
    }

    private static String base64(byte[] set) {
        return Base64.getEncoder().encodeToString(set);
    }
}
