package io.kerbwatch.server.dust.hj212;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Packets as others publish them, with check sums that we did not compute, and packets to order. */
final class Samples {
    /** The first is the standard's own; the others come from published logs of dust and air monitors. */
    static final List<String> PUBLISHED = List.of(
            "##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
                    + "CP=&&RtdInterval=30&&1C80",
            "##0239QN=20180821142509000;ST=39;CN=2011;PW=123456;MN=690000D5800028F889221AC0;Flag=4;"
                    + "CP=&&DataTime=20180821142509;a34004-Rtd=0.0;a34002-Rtd=0.0;a34001-Rtd=0.0;LA-Rtd=0.0;"
                    + "a01001-Rtd=0.0;a01002-Rtd=0.0;a01006-Rtd=0.0;a01007-Rtd=0.0;a01008-Rtd=0&&E541",
            "##0317QN=20191018104952418;ST=22;CN=2011;PW=123456;MN=ZX00001;Flag=5;CP=&&DataTime=20191018104900;"
                    + "a34002-Rtd=30,a34002-Flag=N;a34004-Rtd=25,a34004-Flag=N;a01001-Rtd=13.5,a01001-Flag=N;"
                    + "a01002-Rtd=43.8,a01002-Flag=N;a01008-Rtd=30,a01008-Flag=N;a01007-Rtd=3.5,a01007-Flag=N;"
                    + "a34001-Rtd=132,a34001-Flag=N;LA-Rtd=66.8,LA-Flag=N&&AF01",
            "##0325QN=20190816173300001;ST=43;CN=2011;PW=123456;MN=2019051703100020;Flag=5;"
                    + "CP=&&DataTime=20190816173300;a34004-Rtd=26.0,a34004-Flag=N;a34002-Rtd=27.0,a34002-Flag=N;"
                    + "LA-Rtd=0.0,LA-Flag=N;a01007-Rtd=0.0,a01007-Flag=N;a01008-Rtd=0.0,a01008-Flag=N;"
                    + "a01001-Rtd=26.0,a01001-Flag=N;H01-Rtd=52.7,H01-Flag=N;a01006-Rtd=50.0,a01006-Flag=N&&4980",
            "##0094QN=20160801085857223;ST=32;CN=9011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&QnRtn=1&&2a80",
            "##0081QN=20181111151745000;ST=21;CN=2011;PW=123456;MN=YSRDWQGQ1000001001;Flag=5;CP=&&&&7580",
            "##0367QN=20200814151600001;ST=22;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=7;"
                    + "CP=&&DataTime=20200814151600;LA-td=50.1,LA-Flag=N;a34004-Rtd=207,a34004-Flag=N;"
                    + "a34002-Rtd=295,a34002-Flag=N;a01001-Rtd=12.6,a01001-Flag=N;a01002-Rtd=32,a01002-Flag=N;"
                    + "a01006-Rtd=101.02,a01006-Flag=N;a01007-Rtd=2.1,a01007-Flag=N;a01008-Rtd=120,a01008-Flag=N;"
                    + "a34001-Rtd=217,a34001-Flag=N;&&5CC0",
            "##0376QN=20180914090600630;ST=31;CN=2011;PW=123456;MN=010AQMS01000GD0201804060;Flag=4;"
                    + "CP=&&DataTime=20180914090600;a34001-Rtd=67.04,a34001-Flag=N;a34004-Rtd=39.60,a34004-Flag=N;"
                    + "a34002-Rtd=53.00,a34002-Flag=N;Leq-Rtd=60.97,Leq-Flag=N;a01007-Rtd=0.0,a01007-Flag=N;"
                    + "a01008-Rtd=335,a01008-Flag=N;a01006-Rtd=30.4,a01006-Flag=N;B00008-Rtd=51.3,B00008-Flag=N;"
                    + "B00009-Rtd=99.3,B00009-Flag=N&&2580");

    private Samples() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A data segment of CN 2011 with these fields between the ampersands. */
    static String data(String qn, String mn, String fields) {
        return data(qn, mn, "39", "2011", 5, fields);
    }

    static String data(String qn, String mn, String st, String cn, int flag, String fields) {
        return "QN=" + qn + ";ST=" + st + ";CN=" + cn + ";PW=123456;MN=" + mn + ";Flag=" + flag + ";CP=&&" + fields
                + "&&";
    }

    static byte[] packet(String data) {
        return Answers.packet(data);
    }

    static byte[] joined(byte[]... pieces) {
        int length = 0;
        for (byte[] piece : pieces) {
            length += piece.length;
        }
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] piece : pieces) {
            System.arraycopy(piece, 0, all, at, piece.length);
            at += piece.length;
        }
        return all;
    }
}
