package io.kerbwatch.server.dust.hj212;

import java.util.Locale;

/**
 * The head fields of a data segment and what stands between the double ampersands (HJ 212-2017, 6.3). Names of fields are
 * read without regard to case, as firmwares differ.
 *
 * @param qn empty if there is none
 * @param st empty if there is none
 * @param cn empty if there is none
 * @param pw empty if there is none
 * @param mn empty if there is none
 * @param flag 0 if there is none, -1 if it is no number from 0 to 255
 * @param parts PNUM, 1 if there is none, -1 if it is no number
 * @param part PNO, from 1 on; 1 if there is none, -1 if it is no number
 * @param parameters CP without its ampersands
 * @param text the whole segment
 */
record Packet(
        String qn,
        String st,
        String cn,
        String pw,
        String mn,
        int flag,
        int parts,
        int part,
        String parameters,
        String text) {
    private static final int LONGEST_WORD = 40;

    static Packet parse(String text) {
        String qn = "";
        String st = "";
        String cn = "";
        String pw = "";
        String mn = "";
        int flag = 0;
        int parts = 1;
        int part = 1;
        int mark = text.indexOf("=&&");
        int head = mark < 0 ? text.length() : mark;
        int at = 0;
        while (at < head) {
            int stop = text.indexOf(';', at);
            if (stop < 0 || stop > head) {
                stop = head;
            }
            int equals = text.indexOf('=', at);
            if (equals > at && equals < stop && equals - at <= 4) {
                String value = text.substring(equals + 1, stop);
                switch (text.substring(at, equals).toUpperCase(Locale.ROOT)) {
                    case "QN" -> qn = value;
                    case "ST" -> st = value;
                    case "CN" -> cn = value;
                    case "PW" -> pw = value;
                    case "MN" -> mn = value;
                    case "FLAG" -> flag = number(value, 255);
                    case "PNUM" -> parts = number(value, 9999);
                    case "PNO" -> part = number(value, 9999);
                    default -> {
                        // other fields are for other systems
                    }
                }
            }
            at = stop + 1;
        }
        return new Packet(qn, st, cn, pw, mn, flag, parts, part, parameters(text, mark), text);
    }

    private static String parameters(String text, int mark) {
        if (mark < 0) {
            return "";
        }
        int end = text.lastIndexOf("&&");
        return end >= mark + 3 ? text.substring(mark + 3, end) : text.substring(mark + 3);
    }

    private static int number(String text, int most) {
        if (text.isEmpty() || text.length() > 4) {
            return -1;
        }
        int number = 0;
        for (int at = 0; at < text.length(); at++) {
            int digit = text.charAt(at) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = 10 * number + digit;
        }
        return number > most ? -1 : number;
    }

    /** Bit 0 of the Flag: the sender waits for an answer. */
    boolean wantsAnswer() {
        return flag > 0 && (flag & 1) != 0;
    }

    /** Bit 1 of the Flag: PNUM and PNO are there, and more packets belong to this one. */
    boolean isSplit() {
        return flag > 0 && (flag & 2) != 0 && parts > 1;
    }

    /** An answer to something that was never asked; answering it could go on for ever. */
    boolean isAnswer() {
        return cn.startsWith("90");
    }

    boolean hasGoodFlag() {
        return flag >= 0 && (!isSplit() || (part >= 1 && part <= parts)) && parts >= 0 && part >= 0;
    }

    /** Whether what is sent back in an answer holds only signs that mean nothing in a packet. */
    boolean hasGoodNames() {
        return !mn.isEmpty() && isWord(mn) && isWord(qn) && isWord(cn) && isPassword(pw);
    }

    /** The MN, or nothing if it holds signs that no device's number has. */
    String shownMn() {
        return isWord(mn) ? mn : "";
    }

    /** The text with the password struck out, so that it can be kept. */
    String textWithoutPassword() {
        int mark = text.toUpperCase(Locale.ROOT).indexOf("PW=");
        if (mark < 0) {
            return text;
        }
        int stop = text.indexOf(';', mark);
        return text.substring(0, mark + 3) + "***" + (stop < 0 ? "" : text.substring(stop));
    }

    private static boolean isWord(String text) {
        if (text.length() > LONGEST_WORD) {
            return false;
        }
        for (int at = 0; at < text.length(); at++) {
            char sign = text.charAt(at);
            boolean digit = sign >= '0' && sign <= '9';
            boolean letter = (sign >= 'A' && sign <= 'Z') || (sign >= 'a' && sign <= 'z');
            if (!digit && !letter && sign != '-' && sign != '_') {
                return false;
            }
        }
        return true;
    }

    private static boolean isPassword(String text) {
        if (text.length() > LONGEST_WORD) {
            return false;
        }
        for (int at = 0; at < text.length(); at++) {
            char sign = text.charAt(at);
            if (sign <= ' ' || sign > '~' || ";=&#,".indexOf(sign) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** Without the password, for logs. */
    @Override
    public String toString() {
        return textWithoutPassword();
    }

    /** The same packet with the parameters of all its parts. */
    Packet joined(String all) {
        return new Packet(qn, st, cn, pw, mn, flag, 1, 1, all, text);
    }
}
